export const restaurantNames = [
  'Anadolu Sofrası',
  'Köşe Pide',
  'Boğaz Balık',
  'Çınar Kebap',
  'Lezzet Durağı',
  'Moda Burger',
  'Sultan Döner',
  'Mavi Sushi',
  'Bahçe Vegan',
  'Napoli Pizza',
  'Ege Zeytinyağlı',
  'Gece Çorbacısı',
  'Usta Lahmacun',
  'Pera Noodle',
  'Tatlı Köşk',
] as const;

export const cuisines = [
  'kebap',
  'pide',
  'balık',
  'burger',
  'pizza',
  'ev yemekleri',
  'vegan',
  'uzak doğu',
] as const;

export const dishes = [
  'Adana kebap',
  'İskender',
  'Kıymalı pide',
  'Kaşarlı pide',
  'Lahmacun',
  'Mercimek çorbası',
  'Tavuk şiş',
  'Izgara köfte',
  'Çoban salata',
  'Patates kızartması',
  'Margherita',
  'Cheeseburger',
  'Falafel dürüm',
  'Levrek ızgara',
  'Mantı',
  'Künefe',
  'Sütlaç',
  'Baklava (4 dilim)',
  'Ayran',
  'Şalgam',
  'Kola 330 ml',
  'Su 500 ml',
] as const;

export const districts = [
  { name: 'Kadıköy', lat: 40.99, lng: 29.029 },
  { name: 'Moda', lat: 40.981, lng: 29.025 },
  { name: 'Üsküdar', lat: 41.023, lng: 29.015 },
  { name: 'Beşiktaş', lat: 41.043, lng: 29.007 },
  { name: 'Ortaköy', lat: 41.048, lng: 29.026 },
] as const;

export const rejectReasons = [
  'out of stock',
  'kitchen too busy',
  'closing soon',
  'address out of reach',
] as const;
export const cancelReasons = ['changed my mind', 'ordered twice', 'wrong address', 'takes too long'] as const;
export const disputeReasons = [
  'cold food',
  'item missing',
  'wrong item',
  'never arrived',
  'spilled',
] as const;

export const comments = [
  'Sıcak geldi, teşekkürler!',
  'Biraz geç kaldı ama lezzetliydi.',
  'Porsiyonlar küçülmüş.',
  'Her zamanki gibi harika.',
  'Kurye çok kibardı.',
  'İçecek eksikti.',
] as const;

export const searches = [
  'kebap',
  'pizza',
  'vegan',
  'çorba',
  'burger',
  'tatlı',
  'gece açık',
  'pide',
  'balık',
  'sushi',
] as const;
